import asyncio

from bot.http.budget import HostBudget


async def test_budget_lets_so_many_work_on_one_host_and_others_meanwhile():
    budget, running, most = HostBudget(2), {}, {}

    async def work(host):
        async with budget.slot(host):
            running[host] = running.get(host, 0) + 1
            most[host] = max(most.get(host, 0), running[host])
            await asyncio.sleep(0)
            running[host] -= 1

    async with asyncio.TaskGroup() as group:
        for _ in range(10):
            group.create_task(work("a.example"))
        group.create_task(work("b.example"))
    assert most == {"a.example": 2, "b.example": 1}


async def test_budget_gives_a_slot_back_after_failure_and_cancellation():
    budget = HostBudget(1)

    async def fail():
        async with budget.slot("a.example"):
            raise LookupError

    async def wait():
        async with budget.slot("a.example"):
            await asyncio.Event().wait()

    for _ in range(3):
        assert isinstance((await asyncio.gather(fail(), return_exceptions=True))[0], LookupError)
    holder, waiter = asyncio.ensure_future(wait()), asyncio.ensure_future(wait())
    await asyncio.sleep(0)
    for task in (waiter, holder):
        task.cancel()
    await asyncio.gather(holder, waiter, return_exceptions=True)
    async with asyncio.timeout(1), budget.slot("a.example"):
        pass
