"""The laboratory: a system as a complex adaptive system, for developing theory and not for forecasting."""
