"""A small OneDrive on a real socket, for the demonstration and the tests.

It imports nothing of the project. `server.StandIn` is the whole of it. From the
socket inwards:

    wire            connections, and how they break
    application     faults, throttle, journal; then the part that the path means
    identity        sign-in; over `token_endpoint`, `grants`, `account`, `pages`
    graph           which call is answered by which function, and who may make it
    drive_items, listings, thumbnails, content, uploads, delta, batch
                    the calls themselves, over `calls.Call`
    downloads       the content port
    control         `/_standin`, for tests in another process
    addressing, answers, entities
                    Graph's ways of naming, answering and showing
    sessions        upload sessions
    seeding         filling and copying
    store           changes; over `recycling`, `rows`, `tree`, `items`, `names`
    blobs           bytes; over `hashes` and `facets`
    database        the SQLite file
    kinds           personal and business drives: all that differs
    behaviour       what else a test may turn on
"""
