/** So many of something, in the words of every text that tells a number: `1 image`, `1,234 images`, `2 new classes`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
