"""The pages of instruments and their trial inside an assessment, below `a/<reference>/tool/versions/`.

They are the pages of the library, which has no assessment. `{% version_url %}` and `version_url` give the address of
the one or the other, so that a page leads to others of its kind.
"""

from assessments.access import inside
from instruments import urls as instruments
from surveys import trial_urls

app_name = "tool"
urlpatterns = [
    *inside(instruments.app_name, instruments.urlpatterns),
    *inside(trial_urls.app_name, trial_urls.urlpatterns),
]
