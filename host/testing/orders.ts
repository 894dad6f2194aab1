import type { AllowedLogin } from '../../engines/sshcert/allow-list.ts'
import type { KeyIdOnAccount, OrderedAccount, Orders } from '../orders.ts'
import { krlOf, type ListChanges, listOf, type Revoking, type SignedKrl } from './keys.ts'

export interface OrdersRequest {
  readonly version: number
  readonly entries?: readonly AllowedLogin[]
  readonly list?: ListChanges
  readonly listVersion?: bigint
  readonly revoking?: Revoking
  readonly krlVersion?: bigint
  readonly signedKrl?: SignedKrl
  readonly accounts?: readonly OrderedAccount[]
  readonly end?: readonly KeyIdOnAccount[]
  readonly host?: string
}

/** Orders as a server sends them, signed with the keys of the tests. List and KRL have the version of the orders if none is given. */
export async function ordersOf(request: OrdersRequest): Promise<Orders> {
  const { version, entries = [], accounts = [], end = [], host = 'db-1' } = request
  const { listVersion = BigInt(version), krlVersion = BigInt(version) } = request
  const allowList = await listOf(listVersion, entries, request.list)
  return { version, host, allowList, ...(request.signedKrl ?? krlOf(krlVersion, request.revoking)), accounts, end }
}
