"""The HTTP door: alarms, complaints, commands in; what is known out. FastAPI, bearer tokens with a role."""
