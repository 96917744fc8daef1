/** The epoch under way, from 1: `epoch 3 of 40`; empty where the work has none. `epoch` is how many have passed, whole and in part. */
export function epochText({ epoch, epochs }: { readonly epoch?: number | undefined; readonly epochs?: number | undefined }): string {
  if (epoch === undefined) return ''
  const now = Math.floor(epoch) + 1
  return epochs === undefined ? `epoch ${now}` : `epoch ${Math.min(now, epochs)} of ${epochs}`
}
