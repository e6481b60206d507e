"""What projects of models have in common: reading tables, checking data, reports, drift, and the bodies of requests."""
