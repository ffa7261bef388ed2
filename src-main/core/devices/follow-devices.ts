import type { EngineProcess } from '../engine/engine-process.ts'
import type { Logger } from '../logger.ts'
import type { ModelService } from '../models/model-service.ts'
import type { SettingsService } from '../settings/settings-service.ts'
import type { DeviceService } from './device-service.ts'

export interface FollowedDevices {
  devices: DeviceService
  engine: EngineProcess
  models: ModelService
  settings: SettingsService
  log: Logger
}

/**
 * Starts the engine anew when other devices are chosen, and switches a device off when the engine
 * crashes or gets stuck with it: the next start computes on the next best.
 */
export function followDevices({ devices, engine, models, settings, log }: FollowedDevices): void {
  engine.onStateChange((state) => {
    if (state.type !== 'restarting') return
    const { cause } = state
    const isTheDevice = cause.type === 'crashed' || (cause.type === 'hung' && !cause.isSilent)
    if (!isTheDevice) return
    devices
      .giveUp()
      .catch((error: unknown) => log.error('a device could not be switched off', error))
  })

  const wanted = () => JSON.stringify(devices.engineEnvironment())
  let started = wanted()
  engine.onStateChange(({ type }) => {
    if (type === 'starting') started = wanted()
    else restartIfOthersAreWanted() // chosen while it started
  })
  devices.onChange(restartIfOthersAreWanted)

  function restartIfOthersAreWanted(): void {
    if (engine.state.type !== 'ready' || wanted() === started) return
    started = wanted()
    restart().catch((error: unknown) => log.error('the engine did not start anew', error))
  }

  async function restart(): Promise<void> {
    const { lastModelId } = settings.read()
    await models.cancel()
    await engine.stop()
    await engine.start()
    if (lastModelId !== null) await models.loadUnlessCrashed(lastModelId)
  }
}
