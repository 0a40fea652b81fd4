/** A promise that a test settles when it says so, as `Promise.withResolvers` of later Node makes one. */
export function defer<T>() {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}
