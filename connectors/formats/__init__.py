"""How what we keep or send looks as bytes: frames, rows of the contract, CloudEvents, dead letters, messages."""
