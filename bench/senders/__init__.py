"""What is sent, and when: traps and syslog at a steady rate, faults by a timetable."""
