import asyncio
import threading

import pytest

from claimstance.serving.desk import Desk
from claimstance.serving.limits import BusyError, Limits


def test_work_gives_its_value_or_its_error():
    async def main():
        desk = Desk(Limits())
        assert await desk.run(lambda: 7) == 7
        with pytest.raises(ZeroDivisionError):
            await desk.run(lambda: 1 / 0)

    asyncio.run(main())


def test_one_works_some_wait_and_others_are_told_to_come_again():
    all_there, running, most = threading.Event(), 0, 0

    def work():
        nonlocal running, most
        running += 1
        all_there.wait(5)
        most = max(most, running)
        running -= 1

    async def main():
        desk = Desk(Limits(waiting=3))
        tasks = [asyncio.create_task(desk.run(work)) for _ in range(10)]
        await asyncio.wait(tasks[4:])  # these are refused while nothing is done yet
        all_there.set()
        first = await asyncio.gather(*tasks, return_exceptions=True)
        again = await asyncio.gather(*(desk.run(work) for _ in range(4)), return_exceptions=True)
        return first, again

    first, again = asyncio.run(main())
    assert [type(result) for result in first] == [type(None)] * 4 + [BusyError] * 6
    assert (again, most) == ([None] * 4, 1)


def test_what_takes_too_long_is_answered_and_keeps_the_desk_until_it_is_done():
    done = threading.Event()

    async def main():
        desk = Desk(Limits(seconds=0.05, waiting=1))
        for _ in range(2):  # the first works, the second waits and is taken out of the queue
            with pytest.raises(BusyError, match=r"no answer within 0.05 seconds: try again"):
                await desk.run(lambda: done.wait(5))
        done.set()
        await asyncio.sleep(0.01)
        assert await desk.run(lambda: 7) == 7

    asyncio.run(main())
