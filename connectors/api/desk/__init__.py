"""The desk over HTTP: what Customer Care, Customer Support and the divisions work on, as the SOP has them do it."""
