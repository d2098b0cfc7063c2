import jobs


def test_jobs():
    assert jobs.Job().notify_daily()
    assert jobs.Job().notify_tested()
