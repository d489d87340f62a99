# src/embed
