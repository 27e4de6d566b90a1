"""Fixtures of the client's tests: nobody waits, everybody is connected."""

import pytest

from onedrive.client import GraphClient
from onedrive.drive import Drive
from onedrive.tests.drives import HurriedClock, Shelf


@pytest.fixture
def clock(standin) -> HurriedClock:
    return HurriedClock(standin)


@pytest.fixture
def client_of_graph(connection, clock) -> GraphClient:
    return GraphClient(connection, clock=clock)


@pytest.fixture
def drive(client_of_graph, standin) -> Drive:
    return Drive(client_of_graph, standin.home.id)


@pytest.fixture
def shelf(standin) -> Shelf:
    return Shelf(standin)
