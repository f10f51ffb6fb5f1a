/**
 * Spike hash of examples/reference-network.json on every machine, Node version and browser. It changes only with a change
 * of numerical results, which the changelog names.
 */
export const referenceHash = "5ac9354c1de0b42389dbe06829fc5303404df1b98aac43016fd82dd0f908524d";
