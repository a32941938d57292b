"""
Restarts members for a changed configuration: one standby first, and the leader only for what a
standby has survived.
"""

import time

import dynamic
from leading import switch_over
from members import (
    TROUBLE,
    Problem,
    api,
    call,
    follows,
    leader_of,
    members,
    order,
    own_name,
    pending,
    report_of,
    say,
    wait_for,
)

# How long a member may take until it streams again, in seconds: recovery reads WAL since the last
# checkpoint.
RETURN = 300
# The same once Patroni has reported that the start failed: it tries again with each round of its
# loop.
SECOND_CHANCE = 5
# How long a member may take that only reloads, or starts again with what it had before.
RECOVERY = 60
# Patroni looks for pending restarts a second after it has loaded a configuration.
REACTION = 3


def await_reaction():
    """Waits until the members that answer use the configuration, or mark a pending restart."""
    answering = await_arrival()
    deadline = time.time() + REACTION
    while time.time() < deadline and not all(pending(one) for one in answering):
        time.sleep(0.2)


def await_arrival():
    """Waits until the members that answer know the configuration. Answers with those members."""
    loop_wait = dynamic.read()["loop_wait"]
    answering = [one for one in members().values() if report_of(one) is not None]

    def is_known():
        config = dynamic.read()
        return all(call(api(one) + "/config")[1] == config for one in answering)

    try:
        wait_for("the new configuration's arrival", 2 * loop_wait + 3, is_known)
    except Problem as problem:
        say(f"{own_name}: {problem}")
    return answering


def waiting():
    """Members that wait for a restart, and why."""
    return {name: why for name, one in members().items() if (why := pending(one))}


def following():
    return {name for name in members() if follows(name)}


def try_out(before, stay):
    """
    Lets one standby restart with a changed configuration, and all others go on. If a member does
    not follow after it that did so `before`, the former configuration is put back.
    """
    guarded(lambda: expect_back(before), stay)
    current = members()
    standbys = [name for name in sorted(waiting()) if not current[name]["is_leader"]]
    # A commit may wait for a synchronous one.
    standbys.sort(key=lambda name: current[name]["is_synchronous"])
    if standbys:
        guarded(lambda: restart(standbys[0]), stay)
    conclude()


def expect_back(before):
    """A reload is enough to break a member."""
    for name in sorted(before):
        await_return(name, RECOVERY)


def conclude():
    """What the leader and all others that answer run with has proved itself."""
    answering = {name for name, one in members().items() if report_of(one)}
    leader = leader_of(members())
    if leader and leader["name"] in answering and answering <= following() and not waiting():
        dynamic.change_note(former=None, trial=None)


def judge(stay):
    """Ends the trial that an earlier update was interrupted in."""
    name = dynamic.note().get("trial")
    if name is None or name not in stay:
        return
    if not dynamic.note().get("former"):
        # What it was to try is put back already.
        try:
            await_return(name, RECOVERY)
        except Problem as problem:
            say(str(problem))
    elif name not in waiting():
        guarded(lambda: await_return(name, RECOVERY), stay)
    dynamic.change_note(trial=None)


def guarded(action, stay):
    """Puts the former configuration back if something fails that has a member to blame."""
    try:
        action()
    except Problem as problem:
        if problem.member is None or not dynamic.note().get("former"):
            raise
        raise Problem(f"{problem}\n{take_back(problem.member, stay)}", problem.member) from problem


def take_back(member, stay):
    """Puts the former configuration back everywhere. Answers how that went, in words."""
    try:
        # PostgreSQL still waits for a restart for a parameter that was removed, and not for one
        # with the value that it has: so that the leader needs none, it gets that value first.
        in_effect = values_in_effect()
        for line in dynamic.put_back(in_effect):
            say(line)
        if in_effect:
            await_arrival()
            deadline = time.time() + 4 * REACTION
            while time.time() < deadline and leads_with_pending_restart():
                time.sleep(0.2)
            dynamic.put_back({})
        await_arrival()
        wait_for(f"{member}'s return", 2 * RECOVERY, lambda: returns(member))
        restart_all(stay)
        dynamic.change_note(trial=None)
    except TROUBLE as problem:
        return f"The former configuration is in place, but not in effect everywhere: {problem}"
    return (
        "The former configuration is back in effect. Correct the setting and run the update again."
    )


def leads_with_pending_restart():
    leader = leader_of(members())
    return leader is not None and pending(leader) is not None


def values_in_effect():
    """Of the parameters that members wait for a restart for."""
    return {
        name: values["old_value"]
        for why in waiting().values()
        for name, values in why.items()
        if values.get("old_value") is not None
    }


def returns(name):
    """
    Whether a member follows with the configuration as it is; it is restarted if it waits for that.
    """
    if pending(members()[name]):
        order(api(members()[name]) + "/restart", {"restart_pending": True}, RETURN)
    return follows(name)


def restart_all(stay):
    """
    Restarts what waits for it: standbys one at a time, then the leader, once another member has
    taken over.
    """
    due = waiting()
    leader = leader_of(members())
    name = leader["name"] if leader else None
    standbys = sorted(set(due) - {name})
    if name in due and goes_down(due[name]):
        # Until the leader has the lower value, a standby's restart changes nothing.
        guarded(lambda: restart(name), stay)
        for standby in standbys:
            # It has to have heard of the lower value, which is in the WAL.
            wait_for(f"{standby}'s streaming", 60, lambda one=standby: follows(one))
            restart(standby)
        return
    for standby in standbys:
        guarded(lambda one=standby: restart(one), stay)
    if name in due:
        guarded(lambda: restart_leader(name, stay), stay)


def goes_down(reasons):
    """Whether a parameter is lowered of which a standby must not have less than the leader."""
    return any(
        name in dynamic.ORDERED and int(values["new_value"]) < int(values["old_value"])
        for name, values in reasons.items()
    )


def restart_leader(name, stay):
    others = sorted({*members(), *stay} - {name})
    due = waiting()
    if not others:
        say(f"{name} is the only member: there is no standby to try the change on")
    elif not any(follows(other) and other not in due for other in others):
        raise Problem(
            f"{name} leads and is not restarted: no standby runs with the new configuration. "
            f"Repair {', '.join(others)} and run the update again"
        )
    if not switch_over(name, others):
        say(f"{name} leads and nobody can take over: it restarts in its place")
    # A former leader starts again as a standby: by itself, and with the new values.
    await_return(name, RETURN)
    if pending(members()[name]):
        restart(name)


def restart(name):
    say(f"{name}: restarting")
    started = time.time()
    dynamic.change_note(trial=name)
    url = api(members()[name])
    status, answer = order(url + "/restart", {"restart_pending": True}, 2 * RETURN)
    if status == 503 and "conditions are not satisfied" in str(answer):
        say(f"{name}: has been restarted meanwhile")
    has_failed = status >= 300 and "failed" in str(answer)
    await_return(name, SECOND_CHANCE if has_failed else RETURN)
    dynamic.change_note(trial=None)
    say(f"{name}: back after {time.time() - started:.1f} s")


def await_return(name, seconds):
    try:
        wait_for(f"{name}'s return", seconds, lambda: follows(name))
    except Problem as problem:
        one = members().get(name)
        state = ((one and report_of(one)) or {}).get("state", "does not answer")
        raise Problem(
            f"{name} does not follow the leader with the changed configuration (state: {state})",
            name,
        ) from problem


def settle(wanted, stay):
    """
    Brings everything into effect, in rounds: what a standby can try first, lowered values last.
    """
    for held_back in (first_round, dynamic.lowered, lambda *_: ()):
        if dynamic.patch(wanted, stay, held_back):
            await_reaction()
        # A standby goes on with the higher of two values until the leader has the lower one: then
        # once more.
        for _ in range(2):
            if waiting():
                restart_all(stay)
    left = waiting()
    if left:
        say(f"Still to be restarted: {', '.join(sorted(left))}. The next `up` tries again.")
    conclude()


def first_round(now, changes):
    """
    What can be tried before members are replaced: neither lowered values nor libraries to come.
    """
    yield from dynamic.lowered(now, changes)
    yield from dynamic.uninstalled(now, changes)
