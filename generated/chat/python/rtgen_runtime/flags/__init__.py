"""What is on for some people only: who has it, who sets it, and who is told."""
