/**
 * A priority queue of whole numbers: the smallest key comes out first, equal keys in the order they went in, so that
 * what is built on it is the same on every machine. A binary heap in typed arrays; both operations O(log n).
 */
export class MinQueue {
  #values = new Int32Array(64)
  #keys = new Float64Array(64)
  /** When each came in. */
  #ages = new Float64Array(64)
  #age = 0
  #size = 0

  get size(): number {
    return this.#size
  }

  /** The smallest key; Infinity when empty. */
  get nextKey(): number {
    return this.#size === 0 ? Infinity : this.#keys[0]!
  }

  push(value: number, key: number): void {
    if (this.#size === this.#values.length) this.#grow()
    const age = this.#age++
    let place = this.#size++
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#keys[parent]! <= key) break
      this.#move(parent, place)
      place = parent
    }
    this.#put(place, value, key, age)
  }

  /** Takes out the value with the smallest key; -1 when empty. */
  pop(): number {
    if (this.#size === 0) return -1
    const first = this.#values[0]!
    const last = --this.#size
    const [value, key, age] = [this.#values[last]!, this.#keys[last]!, this.#ages[last]!]
    let place = 0
    for (let child = 1; child < last; child = 2 * place + 1) {
      if (child + 1 < last && this.#isBefore(child + 1, this.#keys[child]!, this.#ages[child]!)) child++
      if (!this.#isBefore(child, key, age)) break
      this.#move(child, place)
      place = child
    }
    this.#put(place, value, key, age)
    return first
  }

  #isBefore(place: number, key: number, age: number): boolean {
    return this.#keys[place]! < key || (this.#keys[place] === key && this.#ages[place]! < age)
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#values[from]!, this.#keys[from]!, this.#ages[from]!)
  }

  #put(place: number, value: number, key: number, age: number): void {
    this.#values[place] = value
    this.#keys[place] = key
    this.#ages[place] = age
  }

  #grow(): void {
    const grown = <T extends Int32Array | Float64Array>(old: T, next: T): T => {
      next.set(old)
      return next
    }
    const length = this.#values.length * 2
    this.#values = grown(this.#values, new Int32Array(length))
    this.#keys = grown(this.#keys, new Float64Array(length))
    this.#ages = grown(this.#ages, new Float64Array(length))
  }
}
