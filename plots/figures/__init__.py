"""The standard figures, one a file; each draws from a Study or from a results directory."""
