# src/psl
