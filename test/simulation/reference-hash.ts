/**
 * Spike hash of examples/reference-network.json on every machine, Node version and browser. It changes only with a change
 * of numerical results, which the changelog names.
 */
export const referenceHash = "8bb7e79b3629652377541f95e379eb1cfe624a050dd2a6346f73ad909975df20";
