/** The store cannot be used, said in words for whoever starts the gateway. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}
