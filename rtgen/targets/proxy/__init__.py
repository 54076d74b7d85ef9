"""The target `proxy`: configurations of nginx and HAProxy for several nodes of one contract."""
