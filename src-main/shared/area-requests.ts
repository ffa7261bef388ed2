import type { AdapterEvents, AdapterListRequests } from './adapters.ts'
import type { BatchRequests } from './batch.ts'
import type { CodeEvents, CodeRequests } from './code.ts'
import type { DocumentRequests } from './documents.ts'
import type { EvalEvents, EvalRequests } from './eval.ts'
import type { HostRequests } from './host.ts'
import type { RemoteRequests } from './remote.ts'
import type { ToolRequests } from './tools.ts'

/** The requests of areas that list their own. */
export interface AreaRequests
  extends
    AdapterListRequests,
    BatchRequests,
    CodeRequests,
    DocumentRequests,
    EvalRequests,
    HostRequests,
    RemoteRequests,
    ToolRequests {}

/** The events of areas that list their own. */
export interface AreaEvents extends AdapterEvents, CodeEvents, EvalEvents {}
