"""Alarms that other systems post over HTTP: pure parsers, bytes in, alarms or a refusal out.

A parser is a function (body, envelope) -> list[Alarm] | BadInput; the HTTP door is handed a table of them by name
(`docs/add-a-source.md`). Objects are named as the sender names them; the door resolves them in one place.
"""
