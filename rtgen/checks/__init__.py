"""Rules over contracts: what compiles and still deserves a word."""
