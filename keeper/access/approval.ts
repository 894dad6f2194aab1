import { utf8 } from '../../engines/sshcert/bytes.ts'
import { parsePublicKey } from '../../engines/sshcert/public-key.ts'
import { parseMessageSignature, verifyMessage } from '../../engines/sshcert/sshsig.ts'
import { refused } from '../errors.ts'
import { type Fits, isObjectOf, isText, orNull } from '../shape.ts'
import { type Approver, nameOfKey } from './approver.ts'
import { isAssertion, passkeySigned } from './passkey.ts'

/** What `ssh-keygen -Y sign` signs for; another purpose, another name. */
export const APPROVAL_NAMESPACE = 'approval@bergfried'

/** A signature over a text: one of the two is there. */
export const isApproval = isObjectOf({
  person: isText(200),
  /** Armoured, by `ssh-keygen -Y sign`. */
  ssh: orNull(isText(8000)),
  passkey: orNull(isAssertion),
})
export type Approval = Fits<typeof isApproval>

/**
 * People who signed a text with a key that is enrolled for them, each once.
 *
 * @throws {KeeperError} `refused` one of the signatures does not hold, or is by nobody enrolled: then none counts
 */
export function whoApproved(
  text: string,
  approvals: readonly Approval[],
  approvers: readonly Approver[],
): ReadonlySet<string> {
  const people = new Set<string>()
  for (const approval of approvals) {
    const keys = approvers.filter(({ person }) => person === approval.person)
    if (!keys.some((approver) => signed(approver, text, approval))) {
      throw refused(
        `${approval.person}: not signed with a key that is enrolled`,
        `${approval.person}: nicht mit einem hinterlegten Schlüssel unterschrieben`,
        { kind: 'approval' },
      )
    }
    people.add(approval.person)
  }
  return people
}

function signed(approver: Approver, text: string, { ssh, passkey }: Approval): boolean {
  if (approver.kind === 'passkey') return passkey !== null && passkeySigned(approver, text, passkey)
  if (ssh === null) return false
  try {
    const { key } = parsePublicKey(approver.key)
    verifyMessage(parseMessageSignature(ssh), utf8(text), { namespace: APPROVAL_NAMESPACE, keys: [key] })
    return true
  } catch {
    return false
  }
}

/** Whether the same key is there already. */
export const isEnrolled = (approvers: readonly Approver[], fresh: Approver): boolean =>
  approvers.some((known) => known.person === fresh.person && nameOfKey(known) === nameOfKey(fresh))
