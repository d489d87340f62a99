# src/schema
