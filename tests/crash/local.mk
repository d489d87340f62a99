# tests/crash
