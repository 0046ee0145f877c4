"""What weeks of alarms and incidents teach: proposals for policy and inventory, which people apply or not."""
