import type { Faults, Undo } from "./faults";
import {
  emptySmallVolume,
  fillSmallVolume,
  moveWalBack,
  moveWalToSmallVolume,
} from "./smallVolume";

/** Runs shell scripts where a member runs. Throws an error if one fails. */
interface Shells {
  /** As the member's user, in the member's mount namespace. */
  asUser: (script: string) => Promise<void>;
  /** As root, in the member's mount namespace. */
  asRoot: (script: string) => Promise<void>;
}

/** Fills the disk of a standby's WAL, on any platform. */
export async function fillWal(
  faults: Pick<Faults, "freezePatroni">,
  member: string,
  major: number,
  { asUser, asRoot }: Shells,
): Promise<Undo> {
  const whileFrozen = async (script: string) => {
    const goOn = await faults.freezePatroni(member);
    try {
      await asRoot(script);
    } finally {
      await goOn();
    }
  };
  const undo = async () => {
    await asUser(emptySmallVolume(major));
    await whileFrozen(moveWalBack(major));
  };
  try {
    await whileFrozen(moveWalToSmallVolume(major));
    await asUser(fillSmallVolume(major));
  } catch (error) {
    await undo();
    throw error;
  }
  return undo;
}
