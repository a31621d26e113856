"""One suite per service: the laws that every implementation must pass, third-party ones included.

Subclass a suite in a test module and give it its fixture:

    class TestMyStore(StoreConformance):
        @pytest.fixture
        def store(self, tmp_path):
            store = MyStore(tmp_path)
            yield store
            store.close()

Import the suites from `ccrouter_core.testing`.
"""
