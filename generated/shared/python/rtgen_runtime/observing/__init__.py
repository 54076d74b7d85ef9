"""What operators see: numbers, logs, explanations and traces."""
