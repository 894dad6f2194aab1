/**
 * Names for predicates that answer for themselves in every place: the chain and the text, with a number from the second of the kind.
 * Positions of rules are no part of them, so that the same limit has the same name in two versions of a rule set.
 */
export function nameIn(taken: Map<string, number>, chain: string): (text: string) => string {
  return (text) => {
    const name = `${chain}: ${text}`
    const count = (taken.get(name) ?? 0) + 1
    taken.set(name, count)
    return count === 1 ? name : `${name} (${count})`
  }
}
