# src/vault
