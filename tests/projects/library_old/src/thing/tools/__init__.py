# marker of a package
