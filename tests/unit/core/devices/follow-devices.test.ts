import { expect, onTestFinished, test } from 'vitest'
import type { DeviceService } from '../../../../src-main/core/devices/device-service.ts'
import { followDevices } from '../../../../src-main/core/devices/follow-devices.ts'
import { EngineProcess } from '../../../../src-main/core/engine/engine-process.ts'
import type { ModelService } from '../../../../src-main/core/models/model-service.ts'
import type { SettingsService } from '../../../../src-main/core/settings/settings-service.ts'
import { fakeEngineFile } from '../../../fakes/fake-engine-script.ts'
import { until } from '../../../fakes/wait.ts'

/** An engine that follows devices which the test chooses, and what each start was given. */
function followedEngine() {
  const given: string[] = []
  const listeners: (() => void)[] = []
  let chosen = 'cpu'
  const environment = () => ({ DEVICES: chosen })
  const engine = new EngineProcess({
    program: {
      file: fakeEngineFile({}),
      environment: () => {
        given.push(chosen)
        return environment()
      },
    },
  })
  onTestFinished(() => engine.stop())
  const devices = {
    engineEnvironment: environment,
    onChange: (listener: () => void) => void listeners.push(listener),
  }
  followDevices({
    engine,
    devices: devices as unknown as DeviceService,
    models: { cancel: async () => undefined } as unknown as ModelService,
    settings: { read: () => ({ lastModelId: null }) } as unknown as SettingsService,
    log: { info: () => undefined, error: (_, error) => expect.fail(String(error)) },
  })
  const choose = (device: string): void => {
    chosen = device
    for (const listener of listeners) listener()
  }
  return { engine, given, choose }
}

test('starts the engine anew when others are chosen, and only then', async () => {
  const { engine, given, choose } = followedEngine()
  await engine.start()
  choose('cpu')
  choose('vulkan')
  await until(() => given.length === 2 && engine.state.type === 'ready')
  expect(given).toEqual(['cpu', 'vulkan'])
})

test('takes up what is chosen while the engine starts', async () => {
  const { engine, given, choose } = followedEngine()
  const started = engine.start()
  await until(() => given.length === 1)
  choose('vulkan')
  expect(engine.state.type).toBe('starting')
  await started
  await until(() => given.length === 2 && engine.state.type === 'ready')
  expect(given).toEqual(['cpu', 'vulkan'])
})
