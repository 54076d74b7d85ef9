"""What turns a value of one version into one of another: a plan for each pair of types, or what stands against it."""
