import { z } from 'zod'
import { AppError } from '../shared/errors.ts'

const systemError = z.object({ code: z.string() })

/** Why the system does not let us listen, in words that help; other errors stay as they are. */
export function listenError(error: unknown, host: string, port: number): unknown {
  const code = systemError.safeParse(error).data?.code
  switch (code) {
    case 'EADDRINUSE':
      return new AppError(
        'api.port_taken',
        `Another program already uses port ${port} of ${host}. End it, or choose another port.`,
      )
    case 'EACCES':
      return new AppError(
        'api.not_permitted',
        `The system does not allow port ${port}. Choose a port above 1023.`,
      )
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new AppError(
        'api.wrong_address',
        `This computer does not have the address ${host}. Use 127.0.0.1, or 0.0.0.0 for all of them.`,
      )
    default:
      return error
  }
}
