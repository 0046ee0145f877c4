"""OpenID Connect: persons who sign in at the operator's own identity provider."""
