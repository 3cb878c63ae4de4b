raise RuntimeError("the configuration is missing")
