# src/pg
