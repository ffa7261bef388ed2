import { computed, ref, shallowRef } from 'vue'

/** Several things of a list, chosen as file managers do it. `ids` gives the list in its order. */
export function useSelection<Id extends string>(ids: () => readonly Id[]) {
  const chosen = shallowRef<ReadonlySet<Id>>(new Set())
  const anchor = ref<string | null>(null)
  /** Those that are still in the list, in its order. */
  const selected = computed(() => ids().filter((id) => chosen.value.has(id)))

  function toggle(id: Id): void {
    const next = new Set(chosen.value)
    if (!next.delete(id)) next.add(id)
    chosen.value = next
    anchor.value = id
  }

  /** Chooses all from the last one that was chosen alone to this one. */
  function extendTo(id: Id, from: Id | null = null): void {
    const all = ids()
    anchor.value ??= from ?? id
    const start = all.findIndex((other) => other === anchor.value)
    const end = all.indexOf(id)
    if (end === -1) return
    const [low, high] = start === -1 ? [end, end] : [Math.min(start, end), Math.max(start, end)]
    chosen.value = new Set(all.slice(low, high + 1))
  }

  function clear(): void {
    chosen.value = new Set()
    anchor.value = null
  }

  return { selected, toggle, extendTo, clear, has: (id: Id) => chosen.value.has(id) }
}
