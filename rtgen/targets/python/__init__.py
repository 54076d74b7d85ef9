"""The Python target: models, validators, channels, the app and a client, over a copied runtime."""
