import { defineStore } from 'pinia'
import { computed, shallowReactive, shallowRef } from 'vue'
import type { GgufDetails, Placement } from '@shared/engine-api.ts'
import type { FitReport, ModelSubject } from '@shared/fit.ts'
import type { ModelId } from '@shared/ids.ts'
import type { InstalledModel, ModelState, TaskProgress, Verification } from '@shared/models.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The models that the app knows, and the one that is loaded. */
export const useModelsStore = defineStore('models', () => {
  const bridge = useBridge()
  const models = shallowRef<InstalledModel[]>([])
  const state = shallowRef<ModelState>({ type: 'none' })
  /** Models whose files are being compared with their hashes, and how far that is. */
  const verifying = shallowReactive(new Map<ModelId, TaskProgress>())
  const current = computed(() => {
    const now = state.value
    return now.type === 'none' ? null : (models.value.find(({ id }) => id === now.modelId) ?? null)
  })

  function take(read: ModelState): void {
    state.value = read
  }

  async function read(): Promise<void> {
    models.value = await bridge.request('model.list', {})
  }

  /** Adds a file or folder and loads it. */
  async function open(path: string): Promise<void> {
    await bridge.request('model.open', { path })
  }

  /** Lets the person choose in a dialog of the system; false when nothing was chosen. */
  async function pickAndOpen(kind: 'file' | 'folder'): Promise<boolean> {
    const { path } = await bridge.request('host.pick_model', { kind })
    if (path !== null) await open(path)
    return path !== null
  }

  async function load(modelId: ModelId): Promise<void> {
    await bridge.request('model.load', { modelId })
  }

  async function cancel(): Promise<void> {
    await bridge.request('model.cancel', {})
  }

  async function unload(): Promise<void> {
    await bridge.request('model.unload', {})
  }

  async function remove(modelId: ModelId): Promise<void> {
    await bridge.request('model.remove', { modelId })
  }

  async function details(modelId: ModelId): Promise<GgufDetails> {
    return bridge.request('model.details', { modelId })
  }

  async function verify(modelId: ModelId): Promise<Verification> {
    return bridge.request('model.verify', { modelId })
  }

  /** What a placement takes, from headers alone; absent fields as the settings say. */
  async function fit(subject: ModelSubject, placement: Placement): Promise<FitReport> {
    return bridge.request('model.fit', { subject, placement })
  }

  /** Shows the files of a model in the system's file manager. */
  async function reveal(modelId: ModelId): Promise<void> {
    await bridge.request('host.reveal_model', { modelId })
  }

  bridge.on('model.verifying', ({ modelId, progress }) => {
    if (progress === null) verifying.delete(modelId)
    else verifying.set(modelId, progress)
  })
  bridge.on('model.changed', (changed) => take(changed.state))
  bridge.on('models.changed', (changed) => (models.value = changed.models))
  return {
    models,
    state,
    verifying,
    current,
    take,
    read,
    open,
    pickAndOpen,
    load,
    cancel,
    unload,
    remove,
    details,
    verify,
    fit,
    reveal,
  }
})
