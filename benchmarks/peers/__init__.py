"""The same autoencoder in other libraries, for benchmarks: each module has a class `Model` with the method `epoch`."""
