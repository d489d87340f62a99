# src/sql
