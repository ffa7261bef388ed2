import type { BatchRequests } from './batch.ts'
import type { CodeRequests } from './code.ts'
import type { DocumentRequests } from './documents.ts'
import type { EvalRequests } from './eval.ts'
import type { HostRequests } from './host.ts'
import type { RemoteRequests } from './remote.ts'
import type { ToolRequests } from './tools.ts'

/** The requests of areas that list their own. */
export interface AreaRequests
  extends
    BatchRequests,
    CodeRequests,
    DocumentRequests,
    EvalRequests,
    HostRequests,
    RemoteRequests,
    ToolRequests {}
