import fc from "fast-check";

// Properties draw the same values in every run, so that a score can be repeated; a failed one need not be made small.
fc.configureGlobal({ seed: 1, endOnFailure: true });
