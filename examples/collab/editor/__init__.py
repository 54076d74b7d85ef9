"""The application beside the contract: texts that many change at once, and a server for the page."""
