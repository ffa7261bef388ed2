import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Catalogue, CatalogueModel, Licence } from '@shared/catalogue.ts'
import { useBridge } from '../bridge/bridge.ts'

/** The models that can be downloaded, and the licences that were accepted for them. */
export const useCatalogueStore = defineStore('catalogue', () => {
  const bridge = useBridge()
  /** Null until it has been read. */
  const catalogue = shallowRef<Catalogue | null>(null)
  const acceptedLicenceIds = shallowRef<string[]>([])

  async function read(): Promise<void> {
    const answer = await bridge.request('catalogue.read', {})
    catalogue.value = answer.catalogue
    acceptedLicenceIds.value = answer.acceptedLicenceIds
  }

  const model = (id: string): CatalogueModel | null =>
    catalogue.value?.models.find((one) => one.id === id) ?? null

  const licence = (id: string): Licence | null =>
    catalogue.value?.licences.find((one) => one.id === id) ?? null

  const isAccepted = (licenceId: string): boolean => acceptedLicenceIds.value.includes(licenceId)

  async function accept(licenceId: string): Promise<void> {
    await bridge.request('licence.accept', { licenceId })
    acceptedLicenceIds.value = [...acceptedLicenceIds.value, licenceId]
  }

  return { catalogue, acceptedLicenceIds, read, model, licence, isAccepted, accept }
})
