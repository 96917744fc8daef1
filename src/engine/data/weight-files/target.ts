/** Where an array of a foreign file goes. */
export interface Target {
  /** Our parameter's name. */
  readonly name: string
  /** `oihw`: PyTorch's order of a kernel, to be turned into HWIO. */
  readonly order: 'as-is' | 'oihw'
}
